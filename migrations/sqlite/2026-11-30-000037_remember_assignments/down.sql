DROP INDEX grant_handling_assigned_before;
ALTER TABLE grant_handling DROP COLUMN assigned_before;
