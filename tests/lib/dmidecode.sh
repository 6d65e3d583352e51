#!/bin/sh
# In the place of dmidecode(8), for inventory programs in a test: the tables of a laptop, as it prints them.
if [ "${1-}" = -s ]; then
	case $2 in
	bios-vendor) echo LENOVO ;;
	bios-version) echo "N2HET65W (1.48 )" ;;
	bios-release-date) echo 07/05/2021 ;;
	system-manufacturer | baseboard-manufacturer | chassis-manufacturer) echo LENOVO ;;
	system-product-name | baseboard-product-name) echo 20QES2HQ00 ;;
	system-version) echo "ThinkPad X1 Carbon 7th" ;;
	system-serial-number | chassis-serial-number) echo PF2ABCDE ;;
	system-uuid) echo a3b5c4cc-2b6a-11b2-a85c-9f3a4d1e7b60 ;;
	baseboard-serial-number) echo L1HF96W01AB ;;
	chassis-type) echo Notebook ;;
	*) echo "Not Specified" ;;
	esac
	exit
fi
cat <<'TABLES'
# dmidecode 3.4
Getting SMBIOS data from sysfs.
SMBIOS 3.1.1 present.

Handle 0x0000, DMI type 0, 26 bytes
BIOS Information
	Vendor: LENOVO
	Version: N2HET65W (1.48 )
	Release Date: 07/05/2021

Handle 0x0001, DMI type 1, 27 bytes
System Information
	Manufacturer: LENOVO
	Product Name: 20QES2HQ00
	Version: ThinkPad X1 Carbon 7th
	Serial Number: PF2ABCDE
	UUID: a3b5c4cc-2b6a-11b2-a85c-9f3a4d1e7b60
	Wake-up Type: Power Switch
	SKU Number: LENOVO_MT_20QE
	Family: ThinkPad X1 Carbon 7th

Handle 0x0002, DMI type 2, 15 bytes
Base Board Information
	Manufacturer: LENOVO
	Product Name: 20QES2HQ00
	Serial Number: L1HF96W01AB

Handle 0x0003, DMI type 3, 22 bytes
Chassis Information
	Manufacturer: LENOVO
	Type: Notebook
	Serial Number: PF2ABCDE

Handle 0x0004, DMI type 17, 40 bytes
Memory Device
	Size: 8 GB
	Form Factor: Row Of Chips
	Locator: ChannelA-DIMM0
	Type: LPDDR3
	Speed: 2133 MT/s
	Manufacturer: Samsung
TABLES
