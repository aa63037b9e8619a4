package io.tranship.connectors;

import io.tranship.connectors.postgres.PostgresDestination;
import io.tranship.schemas.RunId;
import java.util.List;

class PostgresDestinationTest extends DestinationContract {

    private final Database database = Database.fresh("destination");

    @Override
    Destination open(long epoch, RunId run) {
        var order = Order.between(database, database).epoch(epoch);
        var plan = order.plan();
        return PostgresDestination.open(
                new TransferPlan(plan.order(), run, plan.credentials(), plan.settings()),
                "acme",
                order.to(),
                Database.SERVERS.postgresPassword());
    }

    @Override
    List<String> rows() {
        return database.rows("select id, number from vendor_data.invoices order by id");
    }
}
