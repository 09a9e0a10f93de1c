//! The log on Apache Kafka, and the topics beside it. The only crate that names `rdkafka`.

use rdkafka as _;
