-- A topic that is deleted and made anew begins at its first offset again, in the same cluster: a
-- place in it does not say which record lies there. What was heard from the new one at a place of
-- the old one is heard all the same, and what could not be handled there is a letter of its own.
ALTER TABLE journal DROP CONSTRAINT journal_pkey, ADD PRIMARY KEY USING INDEX journal_seq;
ALTER TABLE dead_letter
    ADD COLUMN digest bytea NOT NULL DEFAULT '',  -- tells records of one place apart; keyed
    DROP CONSTRAINT dead_letter_cluster_id_topic_part_off_key,
    ADD UNIQUE (cluster_id, topic, part, off, digest);
