@NullMarked
package weft.netio;

import org.jspecify.annotations.NullMarked;
