-- Release 0.1: from here on a migration that has a release is never edited, and an installation is upgraded, not made anew.
-- What the release consists of is written down in sql/releases/0.1.

UPDATE motcua.installation SET release = '0.1';
