@NullMarked
package io.tranship.simulation;

import org.jspecify.annotations.NullMarked;
