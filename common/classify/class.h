/*
 * THE LIST of classes a device can have, one key each (domain.md 2.6 of the
 * research: the rows of form OO-2 hang on these keys). A key is never renamed:
 * it is stored, exported and matched by the form rows.
 */
#ifndef PARTA_COMMON_CLASSIFY_CLASS_H
#define PARTA_COMMON_CLASSIFY_CLASS_H

#include <stddef.h>

/* X(key, family)   two classes of one family are near misses of each other, not a contradiction
 */
#define CLASSES(X)                                                                             \
	X(unknown, none)                                                                       \
	X(desktop_pc, computer)                                                                \
	X(all_in_one, computer)                                                                \
	X(thin_client, computer)                                                               \
	X(laptop, computer)                                                                    \
	X(tablet, handheld)                                                                    \
	X(smartphone, handheld)                                                                \
	X(server, computer)                                                                    \
	X(interactive_panel, display)                                                          \
	X(interactive_board, display)                                                          \
	X(projector, display)                                                                  \
	X(monitor, display)                                                                    \
	X(tv, display)                                                                         \
	X(media_player, display)                                                               \
	X(info_kiosk, display)                                                                 \
	X(printer, printing)                                                                   \
	X(mfp, printing)                                                                       \
	X(scanner, printing)                                                                   \
	X(copier, printing)                                                                    \
	X(document_camera, classroom)                                                          \
	X(microscope, classroom)                                                               \
	X(digital_lab, classroom)                                                              \
	X(graphics_tablet, classroom)                                                          \
	X(3d_printer, classroom)                                                               \
	X(vr_headset, classroom)                                                               \
	X(robotics_kit, classroom)                                                             \
	X(switch, network)                                                                     \
	X(router, network)                                                                     \
	X(firewall, network)                                                                   \
	X(modem, network)                                                                      \
	X(wifi_ap, network)                                                                    \
	X(wlan_controller, network)                                                            \
	X(wireless_bridge, network)                                                            \
	X(ip_camera, video)                                                                    \
	X(nvr, video)                                                                          \
	X(video_terminal, voice)                                                               \
	X(ip_phone, voice)                                                                     \
	X(pbx, voice)                                                                          \
	X(skud, security)                                                                      \
	X(ups, energy)                                                                         \
	X(pdu, energy)                                                                         \
	X(power, energy)                                                                       \
	X(sensor, building)                                                                    \
	X(smart_device, building)                                                              \
	X(nas, computer)                                                                       \
	X(bmc, computer)

enum { CLASS_UNKNOWN = 0, CLASS_NONE = -1 };

/* The class's place in the list, or CLASS_NONE when there is no such key. */
int class_find(const char *key);
/* The key of a place in the list; "unknown" for any other number. */
const char *class_key(int place);
/* True when both are of one family. */
int class_near(int place_a, int place_b);
size_t class_count(void);

#endif
