package io.tranship.schemas;

import io.tranship.schemas.SingleObjectCodec.Wire;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The records of the `work-orders` topic.
public final class WorkOrderCodec {

    private static final SingleObjectCodec<WorkOrder> WIRE =
            new SingleObjectCodec<>(
                    "work order",
                    List.of(
                            new Wire<>(
                                    io.tranship.schemas.avro.WorkOrder.class,
                                    WorkOrderCodec::java)));

    private WorkOrderCodec() {}

    public static byte[] encode(WorkOrder order) {
        return WIRE.encode(
                new io.tranship.schemas.avro.WorkOrder(
                        order.transferId().toString(),
                        order.epoch(),
                        order.startBy(),
                        order.installation(),
                        RequestCodec.avro(order.request()),
                        CatalogCodec.avro(order.destination()),
                        CatalogCodec.avro(order.recipient()),
                        order.sources().stream().map(CatalogCodec::avro).toList(),
                        order.models().stream().map(CatalogCodec::avro).toList()));
    }

    public static WorkOrder decode(byte @Nullable [] bytes) throws UndecodableException {
        return WIRE.decode(bytes);
    }

    private static WorkOrder java(io.tranship.schemas.avro.WorkOrder order) {
        return new WorkOrder(
                TransferId.parse(order.getTransferId()),
                order.getEpoch(),
                order.getStartBy(),
                order.getInstallation(),
                RequestCodec.java(order.getRequest()),
                CatalogCodec.java(order.getDestination()),
                CatalogCodec.java(order.getRecipient()),
                order.getSources().stream().map(CatalogCodec::java).toList(),
                order.getModels().stream().map(CatalogCodec::java).toList());
    }
}
