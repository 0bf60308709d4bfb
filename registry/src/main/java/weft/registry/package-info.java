@NullMarked
package weft.registry;

import org.jspecify.annotations.NullMarked;
