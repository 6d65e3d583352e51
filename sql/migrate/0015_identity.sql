-- What a device is made of, and what of a key speaks against another.

ALTER TABLE reference.identifier_kind ADD COLUMN contradicts boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN reference.identifier_kind.contradicts IS
	'It comes with the hardware: two devices that name different ones are two, whatever else they share.';

ALTER TABLE core.device ADD COLUMN units smallint NOT NULL DEFAULT 1;
ALTER TABLE core.device ADD CONSTRAINT device_units CHECK (units >= 1);
COMMENT ON COLUMN core.device.units IS
	'How many boxes it is: a stack of switches has one address and a serial number on each unit, and is counted by units.';

DROP FUNCTION IF EXISTS core.claim(bigint, integer, uuid, uuid, uuid, timestamptz, text[], text[], text[], boolean[], inet[]);
