CREATE TRIGGER head_start BEFORE INSERT ON head
WHEN (NEW.block_number, NEW.entries, NEW.floor, NEW.final_entries) <> (-1, 0, -1, 0)
  OR EXISTS (SELECT 1 FROM head WHERE cooperative_id = NEW.cooperative_id)
BEGIN
  SELECT RAISE(ABORT, 'books begin empty');
END

CREATE TRIGGER head_stays BEFORE DELETE ON head
BEGIN
  SELECT RAISE(ABORT, 'the head of the books cannot be deleted');
END

CREATE TRIGGER head_floor BEFORE UPDATE ON head
WHEN NEW.floor < OLD.floor OR NEW.final_entries < OLD.final_entries
  OR NEW.block_number < NEW.floor OR NEW.entries < NEW.final_entries
  OR NEW.cooperative_id <> OLD.cooperative_id
BEGIN
  SELECT RAISE(ABORT, 'the finalized floor only rises, and the head is never below it');
END

CREATE TRIGGER head_seal BEFORE UPDATE ON head
WHEN NEW.entries > OLD.entries
BEGIN
  SELECT RAISE(ABORT, 'an entry does not balance, or has fewer than two lines')
  WHERE NEW.entries - OLD.entries <> (
    SELECT count(*) FROM (
      SELECT entry FROM line
      WHERE cooperative_id = NEW.cooperative_id AND entry > OLD.entries
      GROUP BY entry
      HAVING sum(amount & 4294967295) = -4294967296 * sum(amount >> 32) AND count(*) > 1
    )
  );
  SELECT RAISE(ABORT, 'entries are not numbered without a gap up to the head')
  WHERE NEW.entries - OLD.entries <> (
    SELECT count(*) FROM entry WHERE cooperative_id = NEW.cooperative_id AND number > OLD.entries
  );
END

CREATE TRIGGER tree_node_add BEFORE INSERT ON tree_node
WHEN coalesce((NEW.position + 1) << NEW.level
  <= (SELECT entries FROM head WHERE cooperative_id = NEW.cooperative_id), TRUE)
BEGIN
  SELECT RAISE(ABORT, 'tree_node: this part of the books is sealed, or its cooperative has no head');
END

CREATE TRIGGER tree_node_change BEFORE UPDATE ON tree_node
BEGIN
  SELECT RAISE(ABORT, 'tree_node: rows never change');
END

CREATE TRIGGER tree_node_delete BEFORE DELETE ON tree_node
WHEN (OLD.position + 1) << OLD.level <= (SELECT entries FROM head WHERE cooperative_id = OLD.cooperative_id)
BEGIN
  SELECT RAISE(ABORT, 'tree_node: this part of the books is sealed, or its cooperative has no head');
END
-- for each sealed table
CREATE TRIGGER {table}_add BEFORE INSERT ON {table}
WHEN coalesce(NEW.{column} <= (SELECT {through} FROM head WHERE cooperative_id = NEW.cooperative_id), TRUE)
BEGIN
  SELECT RAISE(ABORT, '{table}: this part of the books is sealed, or its cooperative has no head');
END

CREATE TRIGGER {table}_change BEFORE UPDATE ON {table}
BEGIN
  SELECT RAISE(ABORT, '{table}: rows never change');
END

CREATE TRIGGER {table}_delete BEFORE DELETE ON {table}
WHEN OLD.{column} <= (SELECT {through} FROM head WHERE cooperative_id = OLD.cooperative_id)
BEGIN
  SELECT RAISE(ABORT, '{table}: this part of the books is sealed, or its cooperative has no head');
END
