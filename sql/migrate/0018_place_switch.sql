-- A key of the agent's may change when it starts anew; the switch stays where it is, and so does who hangs on it.
ALTER TABLE core.device_place ADD COLUMN switch_id uuid, ADD COLUMN access_point_id uuid;
COMMENT ON COLUMN core.device_place.switch_id IS 'The switch, as far as it was known when the device was seen there last.';
COMMENT ON COLUMN core.device_place.access_point_id IS 'The access point, likewise.';

-- What happened to devices, newest first.
CREATE INDEX change_of_devices ON audit.change (changed_at) WHERE table_name IN ('core.device', 'core.device_place', 'core.device_evidence');
