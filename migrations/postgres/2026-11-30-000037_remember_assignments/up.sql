-- To whom a grant was assigned until they were disabled, so that enabling them gives it back.
ALTER TABLE grant_handling ADD COLUMN assigned_before TEXT COLLATE "C";
CREATE INDEX grant_handling_assigned_before ON grant_handling (assigned_before) WHERE assigned_before IS NOT NULL;
