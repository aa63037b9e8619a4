@NullMarked
package io.tranship.dispatch;

import org.jspecify.annotations.NullMarked;
