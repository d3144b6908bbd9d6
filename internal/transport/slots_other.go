//go:build !unix

package transport

// processSlots returns the slots of this process.
func processSlots() slots { return make(slots, mostSlots) }
