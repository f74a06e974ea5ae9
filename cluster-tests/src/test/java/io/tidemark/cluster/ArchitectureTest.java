package io.tidemark.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.UUID;

/** What may know what. */
@AnalyzeClasses(packages = "io.tidemark", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule APPLY_ASKS_NOBODY = noClasses()
            .that()
            .resideInAnyPackage("..stream.state..", "..meta.state..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.concurrent..", "java.io..", "java.nio.file..", "java.net..");

    @ArchTest
    static final ArchRule LEADERS_HAVE_NO_CLOCK = noClasses()
            .that()
            .resideInAnyPackage("..stream.leader..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class);

    @ArchTest
    static final ArchRule ROCKSDB_STAYS_BEHIND_ITS_PACKAGE = onlyIn("org.rocksdb..", "io.tidemark.storage.rocks..");

    @ArchTest
    static final ArchRule RATIS_STAYS_BEHIND_ITS_PACKAGE = onlyIn("org.apache.ratis..", "io.tidemark.raft.ratis..");

    @ArchTest
    static final ArchRule GRPC_STAYS_BEHIND_ITS_PACKAGE = onlyIn("io.grpc..", "io.tidemark.gateway.route..");

    @ArchTest
    static final ArchRule JACKSON_STAYS_BEHIND_ITS_PACKAGE = onlyIn("com.fasterxml..", "io.tidemark.gateway.json..");

    @ArchTest
    static final ArchRule NETTY_STAYS_AT_THE_EDGES = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.tidemark.gateway.wire..",
                    "io.tidemark.gateway.session..",
                    "io.tidemark.gateway.route..",
                    "io.tidemark.raft.ratis.transport..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule STORAGE_KNOWS_NOBODY = sees("io.tidemark.storage..", "io.tidemark.storage..");

    @ArchTest
    static final ArchRule RAFT_KNOWS_STORAGE =
            sees("io.tidemark.raft..", "io.tidemark.storage..", "io.tidemark.raft..");

    @ArchTest
    static final ArchRule STREAMS_KNOW_RAFT_AND_STORAGE =
            sees("io.tidemark.stream..", "io.tidemark.storage..", "io.tidemark.raft..", "io.tidemark.stream..");

    @ArchTest
    static final ArchRule META_KNOWS_THE_VOCABULARY_OF_STREAMS = sees(
            "io.tidemark.meta..",
            "io.tidemark.storage..",
            "io.tidemark.raft..",
            "io.tidemark.stream.model..",
            "io.tidemark.meta..");

    @ArchTest
    static final ArchRule GATEWAYS_DONT_KNOW_THE_NODE = sees(
            "io.tidemark.gateway..",
            "io.tidemark.storage..",
            "io.tidemark.raft..",
            "io.tidemark.stream..",
            "io.tidemark.meta..",
            "io.tidemark.gateway..");

    @ArchTest
    static final ArchRule NO_MODULE_CYCLES =
            slices().matching("io.tidemark.(*)..").should().beFreeOfCycles();

    /**
     * The parts of a module know each other in one direction. Its face is left out: {@code io.tidemark.stream} and
     * {@code io.tidemark.meta} hold both the words that the parts share and the entry that puts the parts together.
     */
    @ArchTest
    static final ArchRule NO_PACKAGE_CYCLES =
            slices().matching("io.tidemark.(*.*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NAMES_SAY_SOMETHING = noClasses()
            .should()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl");

    @ArchTest
    static final ArchRule ONLY_PROGRAMS_END_THEIR_PROCESS_OR_READ_THEIR_SURROUNDINGS = noClasses()
            .that()
            .resideOutsideOfPackages("io.tidemark.node..", "io.tidemark.bench")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class, String.class);

    private static ArchRule onlyIn(String library, String home) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    /** Of our own packages, only these. */
    private static ArchRule sees(String who, String... whom) {
        DescribedPredicate<JavaClass> ours = JavaClass.Predicates.resideInAPackage("io.tidemark..");
        return noClasses()
                .that()
                .resideInAPackage(who)
                .should()
                .dependOnClassesThat(ours.and(JavaClass.Predicates.resideOutsideOfPackages(whom)));
    }
}
