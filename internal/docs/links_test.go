package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// Every link within the repository leads to a file, and to a heading in it. The
// pages in docs/ are checked in place of the templates that they are made of.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	tree := os.DirFS("../..")
	pages := clitest.Must(fs.Glob(tree, "*.md"))(t)
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		more := clitest.Must(fs.Glob(tree, pattern))(t)
		pages = append(pages, more...)
	}
	if len(pages) < 20 {
		t.Errorf("only %d pages were found", len(pages))
	}
	link, f := regexp.MustCompile(`\]\(([^)\s]+)\)`), newFollower()
	for _, page := range pages {
		text := clitest.Must(fs.ReadFile(f.tree, page))(t)
		for _, match := range link.FindAllStringSubmatch(string(text), -1) {
			if err := f.follow(page, match[1]); err != nil {
				t.Errorf("%s: %v", page, err)
			}
			if isLostInARegistry(page, match[1]) {
				t.Errorf("%s: the link %s must begin with %s", page, match[1], registry)
			}
		}
	}
}

// isLostInARegistry reports whether a link of a page in docs/ leads nowhere in one of the
// registries. Terraform's shows docs/index.md without a slash at the end of its address, so
// that a relative link in it begins one level above. OpenTofu's leaves the .md of a link to
// another directory as it is, names data-sources differently, and has no page of an
// ephemeral resource.
func isLostInARegistry(page, link string) bool {
	isRelative := !strings.HasPrefix(link, "#") && !strings.Contains(link, "://")
	return isRelative && strings.HasPrefix(page, "docs/") && (page == "docs/index.md" || strings.Contains(link, "/"))
}

// BrokenLinkError is a link that leads nowhere.
type BrokenLinkError struct{ Link, Missing string }

func (e BrokenLinkError) Error() string {
	return fmt.Sprintf("the link %s leads nowhere: there is no %s", e.Link, e.Missing)
}

// registry is where the pages in docs/ are shown.
const registry = "https://registry.terraform.io/providers/apitoken/apitoken/latest/docs"

// follower follows links in the repository. It reads the headings of a page once.
type follower struct {
	tree                        fs.FS
	headings                    map[string]map[string]bool // of each page that was read
	heading, notInAnchor, named *regexp.Regexp
}

func newFollower() *follower {
	return &follower{
		tree: os.DirFS("../.."), headings: map[string]map[string]bool{}, heading: regexp.MustCompile(`(?m)^#+ (.*)$`),
		notInAnchor: regexp.MustCompile(`[^\p{L}\p{N} _-]`), named: regexp.MustCompile(`<a id="([^"]*)">`),
	}
}

func (f *follower) follow(page, link string) error {
	file, heading, _ := strings.Cut(link, "#")
	if name, ok := strings.CutPrefix(file, registry); ok {
		page, file = "docs/index.md", ""
		if name != "" {
			file = strings.TrimPrefix(name, "/") + ".md"
		}
	}
	if strings.Contains(file, "://") {
		return nil // another's
	}
	target := page
	if file != "" {
		target = path.Join(path.Dir(page), file)
	}
	if heading == "" {
		if _, err := fs.Stat(f.tree, target); err != nil {
			return BrokenLinkError{link, target}
		}
		return nil
	}
	anchors, err := f.anchors(target)
	if err != nil {
		return BrokenLinkError{link, target}
	}
	if !anchors[heading] {
		return BrokenLinkError{link, "heading " + heading}
	}
	return nil
}

// anchors are the names of a page's headings, as the registry and GitHub make
// them, and those that are set in HTML.
func (f *follower) anchors(page string) (map[string]bool, error) {
	if found, ok := f.headings[page]; ok {
		return found, nil
	}
	text, err := fs.ReadFile(f.tree, page)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, match := range f.heading.FindAllStringSubmatch(string(text), -1) {
		name := f.notInAnchor.ReplaceAllString(strings.ToLower(match[1]), "")
		found[strings.ReplaceAll(name, " ", "-")] = true
	}
	for _, match := range f.named.FindAllStringSubmatch(string(text), -1) {
		found[match[1]] = true
	}
	f.headings[page] = found
	return found, nil
}

func TestFollow(t *testing.T) {
	t.Parallel()
	f := newFollower()
	for link, leads := range map[string]bool{
		"guides/oauth2.md": true, "guides/oauth2.md#basic-form-or-raw": true, "#nestedatt--custom": true, "https://example.com": true,
		registry: true, registry + "#credentials": true, registry + "/guides/oauth2#basic-form-or-raw": true, registry + "/data-sources/epgl": true,
		registry + "#not-there": false, registry + "/guides/none": false, registry + "/guides/oauth2.md": false, registry + "/guides/oauth2#not-there": false,
		"guides/none.md": false, "guides/oauth2.md#not-there": false, "#not-there": false, "guides/none.md#a": false,
	} {
		if err := f.follow("docs/index.md", link); (err == nil) != leads {
			t.Errorf("%s: %v", link, err)
		}
	}
}

func TestIsLostInARegistry(t *testing.T) {
	t.Parallel()
	for _, l := range []struct {
		page, link string
		isLost     bool
	}{
		{"docs/index.md", "guides/oauth2.md", true},
		{"docs/index.md", "#credentials", false},
		{"docs/index.md", registry + "/guides/oauth2", false},
		{"docs/guides/jwt.md", "../functions/jwt_decode.md", true},
		{"docs/guides/jwt.md", "oauth2.md#okta", false},
		{"docs/data-sources/jwt.md", "../guides/jwt.md", true},
		{"docs/data-sources/jwt.md", "https://example.com/a", false},
		{"README.md", "docs/guides/jwt.md", false},
	} {
		if got := isLostInARegistry(l.page, l.link); got != l.isLost {
			t.Errorf("%s in %s: %t", l.link, l.page, got)
		}
	}
}
