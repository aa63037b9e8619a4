@NullMarked
package io.tranship.worker.run;

import org.jspecify.annotations.NullMarked;
