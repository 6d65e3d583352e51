-- Where devices hang: the port of a switch, and for who is on the air the access point.
CREATE TABLE core.device_place (
	device_id        uuid        NOT NULL,
	school_id        integer     NOT NULL,
	agent_id         uuid        NOT NULL,
	switch_key       text        NOT NULL,
	port             text        NOT NULL,
	if_index         bigint      NOT NULL,
	port_load        integer     NOT NULL,
	vlan             integer     NOT NULL,
	access_point_key text        NOT NULL,
	ssid             text        NOT NULL,
	since            timestamptz NOT NULL,
	seen_at          timestamptz NOT NULL,
	report_id        bigint      NOT NULL,
	CONSTRAINT device_place_pk PRIMARY KEY (device_id),
	CONSTRAINT device_place_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT device_place_vlan CHECK (vlan BETWEEN 0 AND 4095),
	CONSTRAINT device_place_words CHECK (octet_length(switch_key) <= 256 AND octet_length(port) <= 256
		AND octet_length(access_point_key) <= 256 AND octet_length(ssid) <= 256)
);
COMMENT ON TABLE core.device_place IS
	'Where a device hangs, as its agent last saw it: of all switch ports behind which its MAC address is seen, the last one before it.';
COMMENT ON COLUMN core.device_place.switch_key IS 'The key that the agent has for the switch (core.device.agent_key).';
COMMENT ON COLUMN core.device_place.port_load IS 'MAC addresses behind the port; more than one: something that does not tell of itself divides it.';
COMMENT ON COLUMN core.device_place.vlan IS '0: not known.';
COMMENT ON COLUMN core.device_place.since IS 'When it was first seen there.';
CREATE INDEX device_place_by_switch ON core.device_place (school_id, agent_id, switch_key);
CREATE INDEX device_by_agent_key ON core.device (agent_id, agent_key) WHERE merged_into IS NULL;
