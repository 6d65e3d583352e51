#!/usr/bin/env bash
# A short soak: every kind of victim is killed or cut off, and nothing acknowledged is lost or doubled.
KILLS=${KILLS:-12} exec "$(dirname "$0")/../soak/soak.sh"
