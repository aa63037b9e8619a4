@NullMarked
package io.tranship.connectors;

import org.jspecify.annotations.NullMarked;
