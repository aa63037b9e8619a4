@NullMarked
package io.tranship.worker.launch;

import org.jspecify.annotations.NullMarked;
