-- PostgreSQL reads the rows themselves as quickly; the folders have the same names.
SELECT 1;
