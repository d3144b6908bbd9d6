//go:build !unix

package token

// processSlots returns the slots of this process.
func processSlots() slots { return make(slots, mostSlots) }
