@NullMarked
package weft.tunnel;

import org.jspecify.annotations.NullMarked;
