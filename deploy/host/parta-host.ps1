<#
.SYNOPSIS
Tells parta-agent what this computer is: maker, model and serial number, processor, memory, disks, displays, USB devices, network
cards, system, programs and anti-virus. No names of people, no logins, no files, no browsing; USB sticks and telephones are left out.

.DESCRIPTION
For Windows PowerShell 5.1 (Windows 7 SP1 with WMF 5.1, 8.1, 10, 11 and Server), without installation: once a day as SYSTEM from the
task scheduler or a group policy. KeyFile holds the school's key (host-key-file of parta-agent), 64 hexadecimal digits; only SYSTEM,
administrators and the computers of the domain should be able to read it. Spread waits for a random time first, so that a school that
switches on at eight does not post at one moment. The text is JSON in GLPI's inventory format, signed by HMAC-SHA256.

.EXAMPLE
powershell.exe -NoProfile -ExecutionPolicy Bypass -File parta-host.ps1 -Agent http://10.1.0.5:8087 -KeyFile \\school.local\parta\host.key -Spread 900

.EXAMPLE
powershell.exe -NoProfile -ExecutionPolicy Bypass -File parta-host.ps1 -Print
#>
[CmdletBinding()]
param(
	[string]$Agent,
	[string]$KeyFile,
	[ValidateRange(0, 86400)][int]$Spread = 0,
	[switch]$Print
)

$ErrorActionPreference = 'Stop'
# Windows PowerShell gives arrays a property of its own, which ConvertTo-Json would write in their place.
Remove-TypeData -TypeName System.Array -ErrorAction SilentlyContinue
$Version = '1.0'
$ProgramsMax = 150
$Mebibyte = 1048576

# ---------------------------------------------------------------- tools

# An ordered table without what is empty.
function New-Entry([System.Collections.IDictionary]$Fields) {
	$entry = [ordered]@{}
	foreach ($key in $Fields.Keys) {
		$value = $Fields[$key]
		if ($value -is [string]) { $value = $value.Trim() }
		if ($null -eq $value -or ($value -is [string] -and $value.Length -eq 0)) { continue }
		if ($value -isnot [bool] -and $value -isnot [string] -and $value -eq 0) { continue }
		$entry[$key] = $value
	}
	return $entry
}

# What a section gives as a plain array; a section that fails is empty and the others go on.
function Get-Section([scriptblock]$Block) {
	$list = New-Object System.Collections.ArrayList
	try {
		foreach ($one in (& $Block)) { if ($null -ne $one) { [void]$list.Add($one) } }
	} catch {
		Write-Verbose "a section is left out: $_"
	}
	return , $list.ToArray()
}

function Get-First([string]$Class, [string]$Namespace = 'root/cimv2') {
	try { return Get-CimInstance -Namespace $Namespace -ClassName $Class | Select-Object -First 1 } catch { return $null }
}

function Get-Day($Time) {
	if ($Time -is [DateTime]) { return $Time.ToString('yyyy-MM-dd', [Globalization.CultureInfo]::InvariantCulture) }
	return ''
}

# ---------------------------------------------------------------- the computer

# SMBIOS 3.6, table 17.
$ChassisNames = @{
	3 = 'Desktop'; 4 = 'Low Profile Desktop'; 5 = 'Pizza Box'; 6 = 'Mini Tower'; 7 = 'Tower'; 8 = 'Portable'; 9 = 'Laptop'
	10 = 'Notebook'; 11 = 'Hand Held'; 13 = 'All in One'; 14 = 'Sub Notebook'; 15 = 'Space-saving'; 16 = 'Lunch Box'
	17 = 'Main Server Chassis'; 23 = 'Rack Mount Chassis'; 24 = 'Sealed-case PC'; 28 = 'Blade'; 30 = 'Tablet'; 31 = 'Convertible'
	32 = 'Detachable'; 35 = 'Mini PC'; 36 = 'Stick PC'
}

function Get-Chassis {
	$enclosure = Get-First 'Win32_SystemEnclosure'
	if ($null -eq $enclosure) { return '' }
	foreach ($type in $enclosure.ChassisTypes) {
		if ($ChassisNames.ContainsKey([int]$type)) { return $ChassisNames[[int]$type] }
	}
	return ''
}

function Get-Hardware {
	$system = Get-First 'Win32_ComputerSystem'
	$product = Get-First 'Win32_ComputerSystemProduct'
	$memory = 0
	if ($system) { $memory = [int]($system.TotalPhysicalMemory / $Mebibyte) }
	return New-Entry ([ordered]@{
		name = [Environment]::MachineName; uuid = $product.UUID; chassis_type = (Get-Chassis)
		workgroup = $system.Domain; memory = $memory
	})
}

function Get-Bios {
	$system = Get-First 'Win32_ComputerSystem'
	$bios = Get-First 'Win32_BIOS'
	$board = Get-First 'Win32_BaseBoard'
	return New-Entry ([ordered]@{
		smanufacturer = $system.Manufacturer; smodel = $system.Model; ssn = $bios.SerialNumber
		mmanufacturer = $board.Manufacturer; mmodel = $board.Product; msn = $board.SerialNumber
		bmanufacturer = $bios.Manufacturer; bversion = $bios.SMBIOSBIOSVersion; bdate = (Get-Day $bios.ReleaseDate)
	})
}

function Get-System {
	$os = Get-First 'Win32_OperatingSystem'
	return New-Entry ([ordered]@{
		full_name = $os.Caption; name = 'Windows'; version = $os.Version; kernel_name = 'MSWin32'; kernel_version = $os.Version
		service_pack = $os.CSDVersion; arch = $os.OSArchitecture
	})
}

function Get-Processors {
	foreach ($cpu in (Get-CimInstance Win32_Processor)) {
		$cores = [Math]::Max(1, [int]$cpu.NumberOfCores)
		New-Entry ([ordered]@{
			name = $cpu.Name; core = $cores; thread = [int][Math]::Max(1, [Math]::Floor($cpu.NumberOfLogicalProcessors / $cores))
			speed = [int]$cpu.MaxClockSpeed; manufacturer = $cpu.Manufacturer
		})
	}
}

$MemoryNames = @{ 20 = 'DDR'; 21 = 'DDR2'; 24 = 'DDR3'; 26 = 'DDR4'; 34 = 'DDR5' }

function Get-Memories {
	foreach ($module in (Get-CimInstance Win32_PhysicalMemory)) {
		$type = ''
		if ($module.SMBIOSMemoryType -and $MemoryNames.ContainsKey([int]$module.SMBIOSMemoryType)) { $type = $MemoryNames[[int]$module.SMBIOSMemoryType] }
		$speed = ''
		if ($module.Speed) { $speed = "$($module.Speed) MT/s" }
		New-Entry ([ordered]@{
			capacity = [int]($module.Capacity / $Mebibyte); type = $type; speed = $speed; manufacturer = $module.Manufacturer; caption = $module.DeviceLocator
		})
	}
}

# ---------------------------------------------------------------- what is in it and on it

# Sticks and disks on USB are people's own.
function Get-Disks {
	foreach ($disk in (Get-CimInstance Win32_DiskDrive)) {
		if ($disk.InterfaceType -eq 'USB' -or $disk.PNPDeviceID -like 'USBSTOR\*' -or $disk.MediaType -like 'Removable*' -or -not $disk.Size) { continue }
		New-Entry ([ordered]@{
			model = $disk.Model; name = $disk.DeviceID; disksize = [long]($disk.Size / $Mebibyte); serial = $disk.SerialNumber
			interface = $disk.InterfaceType; firmware = $disk.FirmwareRevision; type = 'disk'
		})
	}
}

# D3DKMDT_VIDEO_OUTPUT_TECHNOLOGY of panels that are built in: LVDS, embedded DisplayPort, embedded UDI, internal.
$BuiltIn = @(6, 11, 13, 2147483648)

function Get-Monitors {
	$outputs = @{}
	foreach ($output in (Get-CimInstance -Namespace root/wmi -ClassName WmiMonitorConnectionParams)) {
		$outputs[$output.InstanceName] = [long]$output.VideoOutputTechnology
	}
	foreach ($monitor in (Get-CimInstance -Namespace root/wmi -ClassName WmiMonitorID)) {
		if (-not $monitor.Active -or $BuiltIn -contains $outputs[$monitor.InstanceName]) { continue }
		$key = 'HKLM:\SYSTEM\CurrentControlSet\Enum\' + ($monitor.InstanceName -replace '_\d+$', '') + '\Device Parameters'
		$edid = (Get-ItemProperty -LiteralPath $key -ErrorAction SilentlyContinue).EDID
		if ($edid) { New-Entry ([ordered]@{ base64 = [Convert]::ToBase64String([byte[]]$edid) }) }
	}
}

# Sound, telephones, sticks, hubs, cards and radios are of no account or somebody's own.
$LeftOut = @(1, 6, 8, 9, 11, 224)

# What a USB device calls itself, where Windows 8 and later kept it; else what its driver calls it.
function Get-UsbName($Entity) {
	if (Get-Command Get-PnpDeviceProperty -ErrorAction SilentlyContinue) {
		$property = Get-PnpDeviceProperty -InstanceId $Entity.PNPDeviceID -KeyName 'DEVPKEY_Device_BusReportedDeviceDesc' -ErrorAction SilentlyContinue
		if ($property.Data) { return [string]$property.Data }
	}
	return $Entity.Name
}

# Classes of a device and of its interfaces, by the numbers of its maker and product: the one that says most comes first.
function Get-UsbClasses($Entities) {
	$classes = @{}
	foreach ($entity in $Entities) {
		if ($entity.PNPDeviceID -notmatch '^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})') { continue }
		$ids = "$($Matches[1]):$($Matches[2])".ToLowerInvariant()
		if (-not $classes.ContainsKey($ids)) { $classes[$ids] = @() }
		foreach ($compatible in $entity.CompatibleID) {
			if ($compatible -match '^USB\\Class_([0-9A-F]{2})&SubClass_([0-9A-F]{2})') {
				$classes[$ids] += , @([Convert]::ToInt32($Matches[1], 16), [Convert]::ToInt32($Matches[2], 16))
			}
		}
	}
	return $classes
}

function Select-UsbClass($Classes) {
	foreach ($wanted in 8, 7, 14, 6, 3) {
		foreach ($class in $Classes) { if ($class[0] -eq $wanted) { return $class } }
	}
	foreach ($class in $Classes) { if ($class[0] -ne 0 -and $class[0] -ne 239) { return $class } }
	return $null
}

function Get-Usb {
	$entities = @(Get-CimInstance Win32_PnPEntity -Filter "PNPDeviceID LIKE 'USB\\VID[_]%'")
	$classes = Get-UsbClasses $entities
	foreach ($entity in $entities) {
		# A device itself; its interfaces have &MI_nn in their names.
		if ($entity.PNPDeviceID -notmatch '^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})\\(.+)$') { continue }
		$vendor = $Matches[1].ToLowerInvariant()
		$product = $Matches[2].ToLowerInvariant()
		$instance = $Matches[3]
		$class = Select-UsbClass $classes["${vendor}:$product"]
		if ($class -and $LeftOut -contains $class[0]) { continue }
		# Where a device has no serial number, Windows makes a name with ampersands.
		$serial = ''
		if ($instance -notlike '*&*') { $serial = $instance }
		$number = ''
		$subclass = ''
		if ($class) { $number = [string]$class[0] }
		if ($class -and $class[0] -eq 3) { $subclass = [string]$class[1] }
		New-Entry ([ordered]@{
			vendorid = $vendor; productid = $product; manufacturer = $entity.Manufacturer; name = (Get-UsbName $entity)
			serial = $serial; class = $number; subclass = $subclass
		})
	}
}

function Get-Networks {
	$configurations = @{}
	foreach ($configuration in (Get-CimInstance Win32_NetworkAdapterConfiguration -Filter 'IPEnabled = TRUE')) {
		$configurations[[int]$configuration.Index] = $configuration
	}
	foreach ($card in (Get-CimInstance Win32_NetworkAdapter -Filter 'PhysicalAdapter = TRUE')) {
		# A card of its own hangs on a bus; what programs made hangs on ROOT, and Bluetooth on BTH.
		if (-not $card.MACAddress -or $card.PNPDeviceID -notmatch '^(PCI|USB)\\') { continue }
		$type = 'ethernet'
		if ($card.Name -match 'wi-?fi|wireless|802\.11|wlan') { $type = 'wifi' }
		$status = 'down'
		if ($card.NetConnectionStatus -eq 2) { $status = 'up' }
		$ip = ''
		if ($configurations.ContainsKey([int]$card.Index)) {
			$ip = @($configurations[[int]$card.Index].IPAddress | Where-Object { $_ -match '^\d+\.\d+\.\d+\.\d+$' })[0]
		}
		New-Entry ([ordered]@{
			description = $card.Name; mac = $card.MACAddress.ToLowerInvariant(); type = $type; status = $status; virtualdev = $false; ipaddress = $ip
		})
	}
}

# ---------------------------------------------------------------- programs

function Get-Programs {
	$keys = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*', 'HKLM:\SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall\*'
	$all = Get-ItemProperty -Path $keys -ErrorAction SilentlyContinue | Where-Object {
		$_.DisplayName -and $_.SystemComponent -ne 1 -and -not $_.ParentKeyName -and $_.DisplayName -notmatch '\bKB\d{6,}\b'
	}
	if (-not $all) { return }
	$all | Sort-Object -Unique -Property @('DisplayName', 'DisplayVersion') | Select-Object -First $ProgramsMax | ForEach-Object {
		New-Entry ([ordered]@{ name = [string]$_.DisplayName; version = [string]$_.DisplayVersion; publisher = [string]$_.Publisher })
	}
}

# When the databases of a product were made, where it tells.
function Get-SignatureDay([string]$Name) {
	if ($Name -match 'Defender|Security Essentials') {
		try { return Get-Day (Get-MpComputerStatus).AntivirusSignatureLastUpdated } catch { return '' }
	}
	if ($Name -match 'Kaspersky') {
		# As the Network Agent writes it: 26-11-2026 07:41:00.
		$state = 'KasperskyLab\Components\34\1103\1.0.0.0\Statistics\AVState'
		foreach ($key in "HKLM:\SOFTWARE\Wow6432Node\$state", "HKLM:\SOFTWARE\$state") {
			$date = (Get-ItemProperty -LiteralPath $key -ErrorAction SilentlyContinue).Protection_BasesDate
			if ($date -match '^(\d{2})-(\d{2})-(\d{4})') { return "$($Matches[3])-$($Matches[2])-$($Matches[1])" }
		}
	}
	return ''
}

# Windows Security Center; a server has none, so Defender is asked itself. productState: 0x1000 it is on, 0x10 its databases are old.
function Get-Antivirus {
	$products = @()
	try { $products = @(Get-CimInstance -Namespace root/SecurityCenter2 -ClassName AntiVirusProduct) } catch { $products = @() }
	foreach ($product in $products) {
		$state = [int]$product.productState
		New-Entry ([ordered]@{
			name = $product.displayName; enabled = (($state -band 0x1000) -ne 0); uptodate = (($state -band 0x10) -eq 0)
			base_creation = (Get-SignatureDay $product.displayName)
		})
	}
	if ($products.Count -eq 0) {
		$defender = Get-MpComputerStatus
		New-Entry ([ordered]@{
			name = 'Windows Defender'; enabled = [bool]$defender.AntivirusEnabled; version = [string]$defender.AMProductVersion
			base_creation = (Get-Day $defender.AntivirusSignatureLastUpdated)
		})
	}
}

function Get-Inventory {
	$content = [ordered]@{
		versionclient = "parta-host_v$Version"
		hardware = Get-Hardware
		bios = Get-Bios
		operatingsystem = Get-System
		cpus = Get-Section { Get-Processors }
		memories = Get-Section { Get-Memories }
		storages = Get-Section { Get-Disks }
		networks = Get-Section { Get-Networks }
		monitors = Get-Section { Get-Monitors }
		usbdevices = Get-Section { Get-Usb }
		antivirus = Get-Section { Get-Antivirus }
		softwares = Get-Section { Get-Programs }
	}
	return [ordered]@{ deviceid = "$([Environment]::MachineName)-parta-host"; itemtype = 'Computer'; action = 'inventory'; content = $content }
}

# ---------------------------------------------------------------- signing and posting

function ConvertFrom-Hex([string]$Text) {
	$bytes = New-Object byte[] ($Text.Length / 2)
	for ($i = 0; $i -lt $bytes.Length; $i++) { $bytes[$i] = [Convert]::ToByte($Text.Substring(2 * $i, 2), 16) }
	return , $bytes
}

function ConvertTo-Hex([byte[]]$Bytes) {
	return ([BitConverter]::ToString($Bytes) -replace '-', '').ToLowerInvariant()
}

function Get-Hmac([byte[]]$Key, [byte[]]$Bytes) {
	$hmac = New-Object System.Security.Cryptography.HMACSHA256 (, $Key)
	try { return ConvertTo-Hex $hmac.ComputeHash($Bytes) } finally { $hmac.Dispose() }
}

function Get-Nonce {
	$bytes = New-Object byte[] 16
	$random = New-Object System.Security.Cryptography.RNGCryptoServiceProvider
	try { $random.GetBytes($bytes) } finally { $random.Dispose() }
	return ConvertTo-Hex $bytes
}

function Get-UnixTime {
	$epoch = New-Object DateTime 1970, 1, 1, 0, 0, 0, ([DateTimeKind]::Utc)
	return [long][Math]::Floor(([DateTime]::UtcNow - $epoch).TotalSeconds)
}

# What the agent says, whatever its status code.
function Send-Body([byte[]]$Key, [byte[]]$Body, [long]$Time, [string]$Nonce) {
	$head = [Text.Encoding]::ASCII.GetBytes("parta-host-1`n$Time`n$Nonce`n")
	$request = [Net.HttpWebRequest][Net.WebRequest]::Create("$Agent/v1/host")
	$request.Method = 'POST'
	$request.Proxy = $null
	$request.KeepAlive = $false
	$request.Timeout = 30000
	$request.ServicePoint.Expect100Continue = $false
	$request.ContentType = 'application/json'
	$request.Headers.Add('X-Parta-Time', [string]$Time)
	$request.Headers.Add('X-Parta-Nonce', $Nonce)
	$request.Headers.Add('X-Parta-Signature', (Get-Hmac $Key ([byte[]]($head + $Body))))
	$request.ContentLength = $Body.Length
	try {
		$stream = $request.GetRequestStream()
		try { $stream.Write($Body, 0, $Body.Length) } finally { $stream.Dispose() }
		$response = $request.GetResponse()
	} catch {
		$failure = $_.Exception
		while ($failure -and $failure -isnot [Net.WebException]) { $failure = $failure.InnerException }
		if (-not $failure -or -not $failure.Response) { throw }
		$response = $failure.Response
	}
	$reader = New-Object IO.StreamReader ($response.GetResponseStream(), [Text.Encoding]::UTF8)
	try { return $reader.ReadToEnd() } finally { $reader.Dispose() }
}

# Our clock is wrong, and the agent says what time it is, signed: else anybody could have us sign any time. 0: it does not.
function Get-ToldTime([byte[]]$Key, [string]$Answer, [string]$Nonce) {
	if ($Answer -notmatch '"error":"clock","time":(\d+),"signature":"([0-9a-f]{64})"') { return 0 }
	$told = [long]$Matches[1]
	$signature = $Matches[2]
	if ((Get-Hmac $Key ([Text.Encoding]::ASCII.GetBytes("parta-host-1-time`n$Nonce`n$told"))) -ne $signature) { return 0 }
	return $told
}

function Get-Key {
	foreach ($line in (Get-Content -LiteralPath $KeyFile)) {
		if ($line -match '^\s*([0-9A-Fa-f]{64})\s*$') { return $Matches[1] }
	}
	throw "there is no key in '$KeyFile': one line of 64 hexadecimal digits"
}

$json = ConvertTo-Json -InputObject (Get-Inventory) -Depth 6 -Compress
if ($Print) {
	Write-Output $json
	exit 0
}
if (-not $Agent -or -not $KeyFile) {
	[Console]::Error.WriteLine('usage: parta-host.ps1 -Agent http://ADDRESS:PORT -KeyFile FILE [-Spread SECONDS] | -Print')
	exit 2
}
try {
	$Agent = $Agent.TrimEnd('/')
	$key = ConvertFrom-Hex (Get-Key)
	if ($Spread -gt 0) { Start-Sleep -Seconds (Get-Random -Minimum 0 -Maximum $Spread) }
	$body = [Text.Encoding]::UTF8.GetBytes($json)
	$nonce = Get-Nonce
	$answer = Send-Body $key $body (Get-UnixTime) $nonce
	$told = Get-ToldTime $key $answer $nonce
	if ($told -gt 0) { $answer = Send-Body $key $body $told (Get-Nonce) }
	if ($answer -match '"result":"taken"') { exit 0 }
	throw "the agent at $Agent did not take it: $answer"
} catch {
	[Console]::Error.WriteLine("parta-host: $($_.Exception.Message)")
	exit 1
}
