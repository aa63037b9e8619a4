/// PostgreSQL as source and as destination: all SQL of this module is here.
@NullMarked
package io.tranship.connectors.postgres;

import org.jspecify.annotations.NullMarked;
