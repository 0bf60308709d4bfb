@NullMarked
package weft.e2e;

import org.jspecify.annotations.NullMarked;
