-- What Kafka has of this service and its store has not: the store was restored to an older copy.
-- Until an operator has decided, nothing is appended, as it would tell a second history.
CREATE TABLE lost_event (
    event_id uuid PRIMARY KEY,
    stream text NOT NULL,
    version bigint NOT NULL,
    type text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    accepted_at timestamptz             -- set by the owner of the database: see the runbook
);
CREATE INDEX lost_event_undecided ON lost_event (event_id) WHERE accepted_at IS NULL;

CREATE FUNCTION refuse_a_second_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM lost_event WHERE accepted_at IS NULL) THEN
        RAISE EXCEPTION 'the store is older than what Kafka has of it' USING ERRCODE = 'KE003';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER no_second_history BEFORE INSERT ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_a_second_history();
