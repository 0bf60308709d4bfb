@NullMarked
package weft.lab;

import org.jspecify.annotations.NullMarked;
