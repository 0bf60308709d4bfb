@NullMarked
package weft.client;

import org.jspecify.annotations.NullMarked;
