"""Reads a projected topic of the ledger to its end: each change once, and the present state of each key."""

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition


class Present:
    """What a projected topic says at present, from its records in whatever order and however often they come.

    `ce_id` names a change: the same one again is dropped. `ce_revision` orders the changes of a key: an older one that
    comes later is a repetition by somebody slow, and changes nothing. A record without a value says that nothing remains;
    its revision is remembered, so that an older record cannot bring back what is gone.
    """

    def __init__(self):
        self._seen = set()
        self._newest = {}
        self.repeated = 0
        self.outdated = 0

    def take(self, key, headers, value):
        """Returns whether the record changes anything."""
        said = {name: text.decode() for name, text in headers}
        if said["ce_id"] in self._seen:
            self.repeated += 1
            return False
        self._seen.add(said["ce_id"])
        revision = int(said["ce_revision"])
        if key in self._newest and self._newest[key][0] > revision:
            self.outdated += 1
            return False
        self._newest[key] = (revision, value)
        return True

    def values(self):
        """The values by key; keys of which nothing remains are left out."""
        return {key: value for key, (_, value) in sorted(self._newest.items()) if value is not None}


def read(settings, topic, patience_s=30):
    """Reads a topic from its beginning to where it ends now."""
    consumer = Consumer(
        {
            "group.id": "statements-example",  # a name for the broker's log: nothing is committed under it
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
            "auto.offset.reset": "error",
            **settings,
        }
    )
    present = Present()
    try:
        found = consumer.list_topics(topic, timeout=patience_s).topics[topic]
        if found.error is not None:
            raise KafkaException(found.error)
        unread = set(found.partitions)
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in unread])
        while unread:
            message = consumer.poll(patience_s)
            if message is None:
                raise TimeoutError(f"nothing more came of `{topic}` within {patience_s} s")
            error = message.error()
            if error is None:
                present.take(message.key().decode(), message.headers() or [], message.value())
            elif error.code() == KafkaError._PARTITION_EOF:
                unread.discard(message.partition())
            else:
                raise KafkaException(error)
    finally:
        consumer.close()
    return present
