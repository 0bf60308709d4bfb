@NullMarked
package weft.fleet;

import org.jspecify.annotations.NullMarked;
