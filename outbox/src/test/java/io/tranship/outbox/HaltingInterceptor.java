package io.tranship.outbox;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// The steps of the clients themselves. For both kinds, as one setting names it for all clients.
public final class HaltingInterceptor
        implements ProducerInterceptor<byte[], byte[]>, ConsumerInterceptor<byte[], byte[]> {

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> sent) {
        Halt.at("read");
        Halt.soonAfter("sent");
        return sent;
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata sent, @Nullable Exception failure) {
        Halt.at("acknowledged");
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        Halt.at("polled");
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        Halt.at("offset committed");
    }

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> settings) {}
}
