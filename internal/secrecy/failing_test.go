package secrecy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// noted are the complaints of a check.
type noted struct{ all []string }

// Helper does nothing.
func (*noted) Helper() {}

// Errorf notes a complaint.
func (n *noted) Errorf(format string, values ...any) {
	n.all = append(n.all, fmt.Sprintf(format, values...))
}

// has reports whether a complaint names a declaration.
func (n *noted) has(name string) bool {
	return slices.ContainsFunc(n.all, func(complaint string) bool {
		return strings.Contains(complaint+" ", " "+name+" ") || strings.Contains(complaint, " "+name+".")
	})
}

// broken are the declarations of testdata/bad that each check must complain of.
func broken() map[string][]string {
	return map[string][]string{
		"SecretsHaveTheirType":  {"clientSecret", "credentials"},
		"ErrorsHoldPlainValues": {"holdingError", "keepingError", "wrappingError", "pointerError", "untestedError"},
		"MessagesAreMadeOfPlainValues": {
			"formatsForeign", "formatsForeigns", "formatsSecret", "formatsError", "formatsHeader", "logsForeign", "panicsWithForeign", "formatsItself",
		},
		"NothingIsWrittenToDisk":  {"writesFile", "makesFile", "opensFileLater"},
		"NothingIsKeptInPackages": {"keeps", "counts", "forgets", "keepsElsewhere", "lends"},
		"OnlyAJudgeMakesShown":    {"shows", "showsMany", "showsAny"},
		"NoTextIsShown": {
			"reveals", "revealsLater", "uses", "usesLater", "usesByType", "usesByFace",
			"showsResult", "showsField", "showsParameter", "showsBuilt", "showsElement", "showsClosure", "showsByClosure", "showsEcho", "showsAnother", "showsThroughError", "showsCause", "showsInError",
			"showsUpper", "logsRevealed", "quotes", "quotesNet", "quotesClosure", "quotesJoined", "quotesInner",
			"readsHeader", "readsHeaders", "readsByKey", "readsAll", "readsAsMap", "readsElsewhere", "readsStatus", "readsURL", "readsTrailer", "readsLocation",
			"readsSubject", "readsNames", "readsHost", "readsDNS", "readsOp", "readsURLError", "readsJSON", "readsJSONLater", "readsXML", "readsTokens",
			"readsBody", "readsURLHost", "readsURLWhole", "readsURLPort", "readsEnvironment",
		},
	}
}

// TestChecksCanFail runs each check over a package that breaks every rule.
func TestChecksCanFail(t *testing.T) {
	t.Parallel()
	found := sites(loadThese(t, "./internal/secrecy/testdata/bad"))
	if got, want := slices.Sorted(maps.Keys(broken())), slices.Sorted(maps.Keys(checks())); !slices.Equal(got, want) {
		t.Errorf("there are the checks %v, and %v are tried", want, got)
	}
	for name, check := range checks() {
		complaints := &noted{}
		check(complaints, found)
		for _, declaration := range broken()[name] {
			if !complaints.has("bad." + declaration) {
				t.Errorf("%s does not complain of %s: %s", name, declaration, strings.Join(complaints.all, "\n"))
			}
		}
		if strings.Contains(strings.ToLower(strings.Join(complaints.all, "\n")), " bad.good") {
			t.Errorf("%s complains of what is right: %s", name, strings.Join(complaints.all, "\n"))
		}
	}
}

// TestListsAreClosed: what is allowed and is not there fails, and so does what is
// allowed for no reason.
func TestListsAreClosed(t *testing.T) {
	t.Parallel()
	list, complaints := newLedger(map[string]string{"a": "for a good reason", "b": "for a good reason", "c": ""}), &noted{}
	if !list.has("a") || !list.has("c") || list.has("d") {
		t.Error("the list is another")
	}
	list.close(complaints)
	if len(complaints.all) != 2 || !strings.HasPrefix(complaints.all[0], "b is allowed and is not there") || !strings.HasPrefix(complaints.all[1], "c is allowed for no reason") {
		t.Errorf("it says %q", complaints.all)
	}
}
