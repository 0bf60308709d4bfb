/**
 * The world of Weft in network namespaces: a phone behind NATs, a router, an edge and an Internet side, private to the
 * program and gone with it.
 *
 * <p>{@link weft.lab.Topology} says what there is, {@link weft.lab.World} raises it, {@link weft.lab.Host} runs programs
 * on its hosts, and {@link weft.lab.Demo} shows Weft at work in it.
 */
@NullMarked
package weft.lab;

import org.jspecify.annotations.NullMarked;
