/** The device: registered with a fleet, connected to it, and reachable while it changes networks. */
@NullMarked
package weft.client;

import org.jspecify.annotations.NullMarked;
