package said

import (
	"fmt"
	"sync"
	"testing"
)

// A judge hides the secrets of the whole process, also those added later, and shows the
// public words of its own book and of the shelf.
func TestShelf(t *testing.T) {
	t.Parallel()
	var shelf Shelf
	shelf.Add(entries("client_id", "acme-zebra-app", "client_secret", "zebrafin-0815", "password", "hunter", "form", "realm=Local&pin=4711"))
	own := append(entries("client_secret", "fake-own-secret-1", "username", "quokka-user-7"), shelf.Entry())
	judge := own.Judge()
	shelf.Add(entries("client_secret", "quokka-user-7-and-more"))
	own.Learn(entries("access_token", "later.token/9876"))
	for text, want := range map[string]string{
		"zebrafin-0815 is wrong":           Hidden + " is wrong",
		"hunter, 4711":                     Hidden + ", " + Hidden,
		"Hunter at https://zebrafin-0815/": Hidden + " at https://" + Hidden + "/",
		"emVicmFmaW4tMDgxNQ":               Hidden,
		"later.token/9876":                 Hidden,
		"fake-own-secret-1":                Hidden,
		"realm Local, quokka-user-7":       "realm Local, quokka-user-7",
		"invalid client secret":            "invalid client secret",
	} {
		if got := string(judge.Message(NewForeign(text))); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A thousand sets are indexed once for any number of messages, and equal entries once.
func TestShelfIsIndexedOnce(t *testing.T) {
	t.Parallel()
	var shelf Shelf
	for range 3 {
		for i := range 1000 {
			shelf.Add(entries("client_secret", fmt.Sprintf("fake-secret-%04d-zebrafin", i)))
		}
	}
	if got := len(shelf.waiting); got != 1000 {
		t.Errorf("%d entries wait", got)
	}
	judge := Book{shelf.Entry()}.Judge()
	judge.Message(NewForeign("wrong"))
	before := shelf.known
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			shelf.Add(entries("password", fmt.Sprintf("fake-later-%d-zebrafin", i)))
			if got := string(judge.Message(NewForeign(fmt.Sprintf("not fake-secret-%04d-zebrafin or fake-later-%d-zebrafin", 100*i, i)))); got != "not "+Hidden+" or "+Hidden {
				t.Errorf("got %q", got)
			}
		})
	}
	group.Wait()
	if shelf.known != before || len(shelf.waiting) != 0 {
		t.Errorf("the index is another one, and %d entries wait", len(shelf.waiting))
	}
}

// Names that the user gives are judged by the shelf too.
func TestShelfHidesOwnNames(t *testing.T) {
	var shelf Shelf
	shelf.Add(entries("client_secret", "Zk7Qw9 Xv3{Tb5}Rm1", "password", "correct horse battery staple"))
	judge := Book{shelf.Entry()}.Judge()
	for text, want := range map[string]string{"Zk7Qw9 Xv3{Tb5}Rm1": Hidden, "correct horse battery staple": Hidden, "data.access_token": "data.access_token", "/run/secrets/token": "/run/secrets/token"} {
		if got := judge.Own(text); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}
