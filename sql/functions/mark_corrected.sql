CREATE OR REPLACE FUNCTION core.mark_corrected()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		UPDATE core.device SET is_corrected = false WHERE device_id = OLD.device_id;
	END IF;
	IF TG_OP <> 'DELETE' THEN
		UPDATE core.device SET is_corrected = true WHERE device_id = NEW.device_id;
	END IF;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.mark_corrected() IS 'Trigger: a device knows whether a person said something of it.';

CREATE OR REPLACE TRIGGER marked AFTER INSERT OR DELETE OR UPDATE OF device_id ON core.device_correction FOR EACH ROW
	EXECUTE FUNCTION core.mark_corrected();
