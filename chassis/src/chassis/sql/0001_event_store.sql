-- The event store, its relay, and what a consumer keeps: the tables that every service has.
-- Applied by the first migration of each service. Never edited after a release: add 0002_….sql.

-- Domain time: the database's clock, plus an offset that only development moves.
CREATE TABLE clock_offset (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    forward interval NOT NULL DEFAULT '0'
);
INSERT INTO clock_offset DEFAULT VALUES;

CREATE FUNCTION kiem_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() + forward FROM clock_offset $$;

-- The moment this service first ran: older facts must not reach people as news.
CREATE TABLE first_start (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    at timestamptz NOT NULL
);

-- ---------------------------------------------------------------- events
CREATE TABLE stream (
    stream text PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0)
) WITH (fillfactor = 80);

CREATE TABLE event (
    event_id uuid PRIMARY KEY,
    stream text NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    type text NOT NULL,
    data jsonb NOT NULL,
    personal bytea,          -- sealed words; the relay never selects this column
    actor text,
    correlation text,
    causation text,
    traceparent text,
    command uuid,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (stream, version)
);

-- What was asked and what came of it: a repeated command finds its first answer here.
CREATE TABLE command_log (
    command uuid PRIMARY KEY,
    digest bytea NOT NULL,
    stream text NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL
);

CREATE SEQUENCE outbox_id_seq CACHE 1;  -- a cached sequence would hand out ids out of order
CREATE TABLE outbox (
    id bigint PRIMARY KEY DEFAULT nextval('outbox_id_seq'),
    event_id uuid NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0);

CREATE TABLE event_position (
    gpos bigint PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE
);

CREATE TABLE relay_state (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    epoch bigint NOT NULL DEFAULT 0,
    owner text,
    last_gpos bigint NOT NULL DEFAULT 0,
    published_gpos bigint NOT NULL DEFAULT 0,
    cluster_id text,
    CHECK (published_gpos <= last_gpos)
);
INSERT INTO relay_state DEFAULT VALUES;

-- Append: one statement, one round trip, its own transaction unless the caller has one.
-- KE001 somebody wrote to the stream first; KE002 the same command with another body.
CREATE FUNCTION append_events(
    p_command uuid, p_digest bytea,
    p_actor text, p_correlation text, p_causation text, p_traceparent text,
    p_streams text[], p_expected bigint[],
    p_at int[], p_ids uuid[], p_types text[], p_data jsonb[], p_personal bytea[],
    p_occurred timestamptz[]
) RETURNS TABLE (repeated boolean, stream text, version bigint, recorded_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := kiem_now();
    added bigint;
    known command_log%ROWTYPE;
    i int;
BEGIN
    IF p_command IS NOT NULL THEN
        INSERT INTO command_log
        VALUES (p_command, p_digest, p_streams[1],
                p_expected[1] + (SELECT count(*) FROM unnest(p_at) a WHERE a = 1), moment)
        ON CONFLICT (command) DO NOTHING;
        IF NOT FOUND THEN
            SELECT * INTO known FROM command_log c WHERE c.command = p_command;
            IF known.digest <> p_digest THEN
                RAISE EXCEPTION 'the command is known with another body' USING ERRCODE = 'KE002';
            END IF;
            RETURN QUERY SELECT true, known.stream, known.version, known.at;
            RETURN;
        END IF;
    END IF;
    FOR i IN SELECT o FROM unnest(p_streams) WITH ORDINALITY AS s(name, o) ORDER BY name LOOP
        SELECT count(*) INTO added FROM unnest(p_at) a WHERE a = i;
        IF p_expected[i] = 0 THEN
            INSERT INTO stream VALUES (p_streams[i], added) ON CONFLICT DO NOTHING;
        ELSE
            UPDATE stream s SET version = s.version + added
            WHERE s.stream = p_streams[i] AND s.version = p_expected[i];
        END IF;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'stream % is not at version %', p_streams[i], p_expected[i]
            USING ERRCODE = 'KE001';
        END IF;
    END LOOP;
    INSERT INTO event
    SELECT e.id, p_streams[e.at], p_expected[e.at] + row_number() OVER (PARTITION BY e.at ORDER BY e.o),
           e.type, e.data, e.personal, p_actor, p_correlation, p_causation, p_traceparent, p_command,
           e.occurred, moment
    FROM unnest(p_at, p_ids, p_types, p_data, p_personal, p_occurred) WITH ORDINALITY
         AS e(at, id, type, data, personal, occurred, o);
    INSERT INTO outbox (event_id) SELECT id FROM unnest(p_ids) WITH ORDINALITY AS e(id, o) ORDER BY o;
    RETURN QUERY SELECT false, p_streams[1],
        p_expected[1] + (SELECT count(*) FROM unnest(p_at) a WHERE a = 1), moment;
END $$;

-- ---------------------------------------------------------------- keys
CREATE TABLE subject_key (
    subject text PRIMARY KEY,
    wrapped bytea,           -- NULL: erased, and never made again
    wrapped_by text,
    erased_at timestamptz
);

-- ---------------------------------------------------------------- hearing
CREATE TABLE consumer_position (
    topic text NOT NULL,
    part int NOT NULL,
    cluster_id text NOT NULL,
    next_offset bigint NOT NULL,
    epoch bigint NOT NULL,
    owner text NOT NULL,
    parked bigint NOT NULL DEFAULT 0,   -- dead letters that hold back their keys
    stopped text,                       -- why the partition waits for an operator
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, part)
) WITH (fillfactor = 50);

CREATE TABLE stream_mark (
    source text NOT NULL,
    stream text NOT NULL,
    version bigint NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (source, stream)
) WITH (fillfactor = 70);

CREATE TABLE inbox (
    id bytea PRIMARY KEY,               -- the first 16 bytes of a hash of (source, id)
    expires_at timestamptz              -- NULL: an import, known for ever
);
CREATE INDEX inbox_expiry ON inbox (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE journal (
    topic text NOT NULL,
    part int NOT NULL,
    off bigint NOT NULL,
    id text NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    stream text,
    version bigint,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    correlation text,
    causation text,
    traceparent text,
    data jsonb NOT NULL,
    heard_at timestamptz NOT NULL DEFAULT kiem_now(),
    cluster_id text NOT NULL,
    -- The order of hearing: a letter that is redriven comes after what was heard meanwhile.
    seq bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (cluster_id, topic, part, off)
);
CREATE UNIQUE INDEX journal_seq ON journal (cluster_id, topic, part, seq);

CREATE TABLE dead_letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cluster_id text NOT NULL,
    topic text NOT NULL,
    part int NOT NULL,
    off bigint NOT NULL,
    key text NOT NULL,                  -- a digest of the Kafka key: what waits behind it
    raw bytea NOT NULL,                 -- the record as it came, sealed
    reason text NOT NULL,
    fingerprint text NOT NULL,
    behind boolean NOT NULL,            -- sound itself, parked behind an earlier one of its key
    attempts int NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'parked' CHECK (status IN ('parked', 'resolved', 'discarded')),
    first_seen timestamptz NOT NULL DEFAULT kiem_now(),
    settled_at timestamptz,
    settled_by text,
    settled_why text,
    UNIQUE (cluster_id, topic, part, off)
);
CREATE INDEX dead_letter_parked ON dead_letter (topic, part, key, id) WHERE status = 'parked';

-- ---------------------------------------------------------------- timers
CREATE TABLE timer (
    owner text NOT NULL,
    kind text NOT NULL,
    due timestamptz NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    traceparent text,
    attempts int NOT NULL DEFAULT 0,
    not_before timestamptz,             -- real time: when a failed one is tried again
    PRIMARY KEY (owner, kind)
);
CREATE INDEX timer_due ON timer (due);

-- ---------------------------------------------------------------- projections
CREATE TABLE projection (
    name text NOT NULL,
    version int NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE UNIQUE INDEX projection_active ON projection (name) WHERE active;

CREATE TABLE projection_position (
    name text NOT NULL,
    version int NOT NULL,
    source text NOT NULL,               -- 'store', or 'topic/partition' of the journal
    position bigint NOT NULL,
    PRIMARY KEY (name, version, source)
);
