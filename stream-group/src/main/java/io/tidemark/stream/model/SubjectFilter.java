package io.tidemark.stream.model;

import java.util.List;

/** Which subjects pass: any of some subjects that may hold wildcards; none given means all. Immutable, any thread. */
public final class SubjectFilter {
    public static final SubjectFilter ALL = new SubjectFilter(List.of());

    private final List<Subject> subjects;

    private SubjectFilter(List<Subject> subjects) {
        this.subjects = subjects;
    }

    public static SubjectFilter of(List<String> subjects) {
        return subjects.isEmpty() || subjects.contains(">")
                ? ALL
                : new SubjectFilter(subjects.stream().map(Subject::parse).toList());
    }

    public static SubjectFilter of(String subject) {
        return subject.isEmpty() ? ALL : of(List.of(subject));
    }

    public boolean isAll() {
        return subjects.isEmpty();
    }

    /** Empty where all pass. */
    public List<Subject> subjects() {
        return subjects;
    }

    /** True for a literal subject that passes. */
    public boolean matches(String subject) {
        if (subjects.isEmpty()) {
            return true;
        }
        for (Subject candidate : subjects) {
            if (candidate.matches(subject)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return subjects.isEmpty() ? ">" : subjects.toString();
    }
}
