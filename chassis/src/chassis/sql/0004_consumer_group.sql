-- Which group of Kafka's the service's consumers are in: another one, where the coordinator of the
-- last fails. Positions are in consumer_position, whatever the group.
CREATE TABLE consumer_group (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    number int NOT NULL                  -- of the group; without a row it is the first one
);
