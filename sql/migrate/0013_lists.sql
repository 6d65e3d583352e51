-- Lists of a region's devices look at 73,000 of them: what a person said is looked up for those alone of whom something was said.
ALTER TABLE core.device ADD COLUMN is_corrected boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN core.device.is_corrected IS 'There is a row of core.device_correction; core.mark_corrected() keeps it so.';
UPDATE core.device AS d SET is_corrected = true WHERE EXISTS (SELECT FROM core.device_correction AS c WHERE c.device_id = d.device_id);

DROP INDEX core.device_by_school;
CREATE INDEX device_by_school ON core.device (school_id, class, device_id, is_corrected) WHERE merged_into IS NULL;

-- The order in which people read lists: their first 100 devices are those of the first schools.
CREATE INDEX school_in_natural_order ON core.school (code COLLATE core.natural_order);
