// What the collector lets this person do (me.rights). It decides again at each request; the page only leaves out what would
// be refused.

export function may(me, right) { return me.rights.includes(right); }

// The school of somebody who has exactly one, else "".
export function onlySchool(me) { return me.schools && me.schools.length === 1 ? me.schools[0] : ""; }
