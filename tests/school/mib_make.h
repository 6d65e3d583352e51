/* The variables of a device, made from the scenario's values as its kind lays them out. */
#ifndef PARTA_TESTS_SCHOOL_MIB_MAKE_H
#define PARTA_TESTS_SCHOOL_MIB_MAKE_H

#include "tests/school/school.h"

/* Gives every host that speaks SNMP its rows: recorded (data=) or made from mib=...; 0, or a
 * negative errno with words. */
int mibs_make(struct school *s, char error[static 256]);
void mibs_free(struct school *s);

#endif
