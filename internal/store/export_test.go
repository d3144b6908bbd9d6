package store

import "time"

// SystemSays is systemSays for tests.
var SystemSays = systemSays //nolint:gochecknoglobals // tests of another package call it

// SetLease sets how long a lock of a store on a server lasts whose holder was killed.
func SetLease(s *Store, lease time.Duration) {
	s.begin()
	<-s.opened
	if on, isServer := s.place.(*server); isServer {
		on.lease = lease
	}
}
