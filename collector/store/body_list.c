/* THE LIST of bodies: which one a report has, and what stores it. */
#include "collector/store/body.h"

const char *
body_kind(const Parta__V1__Report *report)
{
	switch (report->body_case) {
	case PARTA__V1__REPORT__BODY_INVENTORY:
		return "inventory";
	case PARTA__V1__REPORT__BODY_SPEED:
		return "speed";
	case PARTA__V1__REPORT__BODY_CONNECTIVITY:
		return "connectivity";
	case PARTA__V1__REPORT__BODY_FILTER:
		return "filter";
	case PARTA__V1__REPORT__BODY_HEALTH:
		return "health";
	case PARTA__V1__REPORT__BODY_GAP:
		return "gap";
	case PARTA__V1__REPORT__BODY__NOT_SET:
	case _PARTA__V1__REPORT__BODY__CASE_IS_INT_SIZE:
	default:
		return "measurements";
	}
}

int
body_store(struct body *body)
{
	const Parta__V1__Report *report = body->item->report;

	switch (report->body_case) {
	case PARTA__V1__REPORT__BODY_INVENTORY:
		return body_inventory(body, report->inventory);
	case PARTA__V1__REPORT__BODY_SPEED:
		return body_speed(body, report->speed);
	case PARTA__V1__REPORT__BODY_CONNECTIVITY:
		return body_connectivity(body, report->connectivity);
	case PARTA__V1__REPORT__BODY_FILTER:
		return body_filter(body, report->filter);
	case PARTA__V1__REPORT__BODY_HEALTH:
		return body_health(body, report->health);
	case PARTA__V1__REPORT__BODY_GAP:
		return body_gap(body, report->gap);
	case PARTA__V1__REPORT__BODY__NOT_SET:
	case _PARTA__V1__REPORT__BODY__CASE_IS_INT_SIZE:
	default:
		return 0;
	}
}
