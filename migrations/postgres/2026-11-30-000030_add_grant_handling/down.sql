DROP INDEX grants_held_by;
ALTER TABLE grants DROP COLUMN held_touched_at;
DROP TABLE grant_handling;
