@NullMarked
package io.tranship.status;

import org.jspecify.annotations.NullMarked;
