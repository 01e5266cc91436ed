CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: rows never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$

CREATE FUNCTION refuse_sealed_block_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changed LEFT JOIN head USING (cooperative_id)
             WHERE changed.block_number <= head.block_number OR head.block_number IS NULL) THEN
    RAISE EXCEPTION '%: this part of the books is sealed, or its cooperative has no head', TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$

CREATE FUNCTION refuse_sealed_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changed LEFT JOIN head USING (cooperative_id)
             WHERE changed.entry <= head.entries OR head.entries IS NULL) THEN
    RAISE EXCEPTION '%: this part of the books is sealed, or its cooperative has no head', TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$

CREATE FUNCTION refuse_sealed_nodes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changed LEFT JOIN head USING (cooperative_id)
             WHERE (changed.position + 1) << changed.level <= head.entries OR head.entries IS NULL) THEN
    RAISE EXCEPTION '%: this part of the books is sealed, or its cooperative has no head', TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$

CREATE FUNCTION ask_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE head SET entries = entries WHERE cooperative_id IN (SELECT DISTINCT cooperative_id FROM changed);
  RETURN NULL;
END $$

CREATE FUNCTION start_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.block_number, NEW.entries, NEW.floor, NEW.final_entries) <> (-1, 0, -1, 0) THEN
    RAISE EXCEPTION 'books begin empty' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$

CREATE FUNCTION keep_floor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'the head of the books cannot be deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.floor < OLD.floor OR NEW.final_entries < OLD.final_entries OR NEW.block_number < NEW.floor
     OR NEW.entries < NEW.final_entries OR NEW.cooperative_id <> OLD.cooperative_id THEN
    RAISE EXCEPTION 'the finalized floor only rises, and the head is never below it'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$

CREATE FUNCTION seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  through bigint := (SELECT entries FROM head WHERE cooperative_id = NEW.cooperative_id);
  start bigint := least(OLD.entries, through);
  balanced bigint := (SELECT count(*) FROM (
    SELECT entry FROM line WHERE cooperative_id = NEW.cooperative_id AND entry > start
    GROUP BY entry HAVING sum(amount) = 0 AND count(*) > 1) AS entries);
  lined bigint := (SELECT count(DISTINCT entry) FROM line
    WHERE cooperative_id = NEW.cooperative_id AND entry > start);
  numbered bigint := (SELECT count(*) FROM entry WHERE cooperative_id = NEW.cooperative_id AND number > start);
  last bigint := (SELECT coalesce(max(number), start) FROM entry
    WHERE cooperative_id = NEW.cooperative_id AND number > start);
BEGIN
  IF balanced <> lined OR lined <> numbered THEN
    RAISE EXCEPTION 'an entry does not balance, or has fewer than two lines'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF last <> through OR numbered <> through - start THEN
    RAISE EXCEPTION 'entries are not numbered without a gap up to the head'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$

CREATE TRIGGER head_start BEFORE INSERT ON head FOR EACH ROW EXECUTE FUNCTION start_empty()

CREATE TRIGGER head_floor BEFORE UPDATE OR DELETE ON head FOR EACH ROW EXECUTE FUNCTION keep_floor()

CREATE CONSTRAINT TRIGGER head_seal AFTER UPDATE ON head
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION seal()

CREATE TRIGGER entry_seal AFTER INSERT ON entry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION ask_for_seal()

CREATE TRIGGER line_seal AFTER INSERT ON line REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION ask_for_seal()

CREATE TRIGGER tree_node_add AFTER INSERT ON tree_node REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed_nodes()

CREATE TRIGGER tree_node_delete AFTER DELETE ON tree_node REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed_nodes()

CREATE TRIGGER tree_node_change BEFORE UPDATE OR TRUNCATE ON tree_node
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- for each sealed table
CREATE TRIGGER {table}_add AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed_{column}()

CREATE TRIGGER {table}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed_{column}()

CREATE TRIGGER {table}_change BEFORE UPDATE OR TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
