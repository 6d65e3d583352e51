/* Signing in and out, and what a person sees and changes of their own account. */
#ifndef PARTA_COLLECTOR_ACCESS_SIGN_IN_H
#define PARTA_COLLECTOR_ACCESS_SIGN_IN_H

#include "collector/access/asker.h"

page_fn me_show, me_password, me_language; /* PAGE_QUICK, PAGE_INSIDE, PAGE_INSIDE */
page_fn sign_in, sign_out;                 /* PAGE_INSIDE */

#endif
