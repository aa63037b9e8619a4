/// Checks of what `deploy/k8s` builds: against schemas, against policy, against the code.
@NullMarked
package io.tranship.deploy;

import org.jspecify.annotations.NullMarked;
