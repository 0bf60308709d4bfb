@NullMarked
package weft.edge;

import org.jspecify.annotations.NullMarked;
