@NullMarked
package weft.wireguard;

import org.jspecify.annotations.NullMarked;
