// SPDX-License-Identifier: Apache-2.0
#include "measure/energy.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace schmidt;
namespace fs = std::filesystem;

/// Energy counters of an imitated sysfs tree.
class MeasureEnergyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = m_folder->path().toStdString();
    }

    void saysWhyNothingCanBeRead()
    {
        EnergyMeter meter(m_root);
        QCOMPARE(meter.state(), EnergyState::Unavailable);
        QCOMPARE(meter.sources().size(), std::size_t(4));
        for (const char* name : { "rapl", "perf", "nvml", "battery" })
            QVERIFY2(meter.unavailableReason().find(name) != std::string::npos, name);
        meter.start();
        const Metric energy = meter.stop();
        QVERIFY(!energy.present());
        QCOMPARE(energy.absentReason, meter.unavailableReason());
    }

    void addsPackagesAndMemoryButNoParts()
    {
        makeServer();
        EnergyMeter meter(m_root);
        QCOMPARE(meter.state(), EnergyState::Measured);
        meter.start();
        set("intel-rapl:0", 5'000'000); // +4 J
        set("intel-rapl:0:0", 3'000'000); // part of package 0
        set("intel-rapl:0:1", 2'500'000); // memory: +0.5 J
        set("intel-rapl:1", 3'000'000); // +2 J
        set("intel-rapl:2", 90'000'000); // the platform holds all of it
        set("intel-rapl-mmio:0", 90'000'000); // package 0 again
        const Metric energy = meter.stop();
        QVERIFY2(energy.present(), energy.absentReason.c_str());
        QCOMPARE(*energy.value, 6.5);
        QCOMPARE(energy.unit, std::string("J"));
        QVERIFY(energy.protocol.find("package-0, dram, package-1") != std::string::npos);
    }

    void countsAcrossWrap()
    {
        addZone("intel-rapl:0", "package-0", 9'000'000, 10'000'000);
        EnergyMeter meter(m_root);
        meter.start();
        set("intel-rapl:0", 2'000'000);
        QCOMPARE(*meter.stop().value, 3.0);
        // A second measurement starts from here.
        meter.start();
        set("intel-rapl:0", 2'250'000);
        QCOMPARE(*meter.stop().value, 0.25);
    }

    void usesPlatformWithoutPackages()
    {
        addZone("intel-rapl:0", "psys", 0, 10'000'000);
        EnergyMeter meter(m_root);
        meter.start();
        set("intel-rapl:0", 1'500'000);
        QCOMPARE(*meter.stop().value, 1.5);
    }

    void noticesVanishedCounter()
    {
        addZone("intel-rapl:0", "package-0", 0, 10'000'000);
        EnergyMeter meter(m_root);
        meter.start();
        fs::remove_all(m_root / "sys/class/powercap/intel-rapl:0");
        const Metric energy = meter.stop();
        QVERIFY(!energy.present());
        QVERIFY(energy.absentReason.find("rapl") != std::string::npos);
    }

    /// Packages and their memory wrap at ranges of their own and at different times.
    void countsWrapsOfEveryDomain()
    {
        addZone("intel-rapl:0", "package-0", 9'500'000, 10'000'000);
        addZone("intel-rapl:0:0", "dram", 3'000'000, 4'000'000);
        EnergyMeter meter(m_root);
        meter.start();
        set("intel-rapl:0", 500'000); // wraps: +1 J
        set("intel-rapl:0:0", 3'250'000); // +0.25 J
        QCOMPARE(*meter.stop().value, 1.25);
        meter.start();
        set("intel-rapl:0", 750'000); // +0.25 J
        set("intel-rapl:0:0", 1'250'000); // wraps: +2 J
        QCOMPARE(*meter.stop().value, 2.25);
    }

    /// A counter that falls and names no range was reset: what it counted before is gone.
    void noticesResetOfACounterWithoutRange()
    {
        addZone("intel-rapl:0", "package-0", 5'000'000, 0);
        EnergyMeter meter(m_root);
        meter.start();
        set("intel-rapl:0", 1'000'000);
        QVERIFY(!meter.stop().present());
        meter.start();
        set("intel-rapl:0", 3'000'000);
        QCOMPARE(meter.stop().value.value_or(-1), 2.0);
    }

    void measuresAgainWhenACounterIsBack()
    {
        addZone("intel-rapl:0", "package-0", 0, 10'000'000);
        addZone("intel-rapl:1", "package-1", 0, 10'000'000);
        EnergyMeter meter(m_root);
        meter.start();
        set("intel-rapl:0", 1'000'000);
        fs::remove_all(m_root / "sys/class/powercap/intel-rapl:1");
        QVERIFY(!meter.stop().present()); // not the half that is left
        addZone("intel-rapl:1", "package-1", 0, 10'000'000);
        meter.start();
        set("intel-rapl:0", 2'000'000);
        set("intel-rapl:1", 500'000);
        QCOMPARE(*meter.stop().value, 1.5);
    }

    void saysWhoMayReadAProtectedCounter()
    {
        addZone("intel-rapl:0", "package-0", 0, 10'000'000);
        fs::permissions(m_root,
                        fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec
                            | fs::perms::others_read | fs::perms::others_exec);
        fs::permissions(m_root / "sys/class/powercap/intel-rapl:0/energy_uj", fs::perms::none);
        // Root may read everything, so the test gives that up for a moment.
        constexpr uid_t nobody = 65534;
        const bool root = geteuid() == 0;
        if (root && seteuid(nobody) != 0)
            QSKIP("This system does not let root give up its rights.");
        const EnergyMeter meter(m_root);
        if (root)
            QCOMPARE(seteuid(0), 0);
        QCOMPARE(meter.state(), EnergyState::Unavailable);
        const EnergySourceStatus& rapl = meter.sources().front();
        QCOMPARE(rapl.name, std::string("rapl"));
        QVERIFY(!rapl.usable);
        QVERIFY2(rapl.reason.find("energy_uj: Permission denied") != std::string::npos
                     && rapl.reason.find("udev") != std::string::npos,
                 rapl.reason.c_str());
    }

    void givesNoZero()
    {
        addZone("intel-rapl:0", "package-0", 7, 10'000'000);
        EnergyMeter meter(m_root);
        QVERIFY(!meter.stop().present()); // never started
        meter.start();
        const Metric energy = meter.stop();
        QVERIFY(!energy.present());
        QVERIFY(!energy.absentReason.empty());
    }

    void readsDischargingBattery()
    {
        addBattery("Discharging", 50'000'000);
        EnergyMeter meter(m_root);
        QCOMPARE(meter.state(), EnergyState::Measured);
        meter.start();
        write("sys/class/power_supply/BAT0/energy_now", "49990000");
        QCOMPARE(*meter.stop().value, 36.0);
        meter.start();
        write("sys/class/power_supply/BAT0/status", "Charging");
        QVERIFY(!meter.stop().present());
        const EnergyMeter charging(m_root);
        QCOMPARE(charging.state(), EnergyState::Unavailable);
        QVERIFY(charging.unavailableReason().find("BAT0") != std::string::npos);
    }

    void prefersProcessorToBattery()
    {
        addZone("intel-rapl:0", "package-0", 0, 10'000'000);
        addBattery("Discharging", 50'000'000);
        EnergyMeter meter(m_root);
        meter.start();
        set("intel-rapl:0", 1'000'000);
        write("sys/class/power_supply/BAT0/energy_now", "40000000");
        QCOMPARE(*meter.stop().value, 1.0);
    }

    void explainsPerfEvents()
    {
        const std::string device = "sys/bus/event_source/devices/power/";
        write(device + "type", "4000000000"); // no such event source in the running kernel
        write(device + "cpumask", "0");
        write(device + "events/energy-pkg", "event=0x02");
        write(device + "events/energy-pkg.scale", "2.3283064365386962890625e-10");
        const EnergyMeter meter(m_root);
        QCOMPARE(meter.state(), EnergyState::Unavailable);
        QVERIFY(meter.unavailableReason().find("energy-pkg") != std::string::npos);
    }

    /// The processor's clock, an event of every kernel, in place of an energy counter.
    void readsPerfEvents()
    {
        const std::string device = "sys/bus/event_source/devices/power/";
        write(device + "type", "1"); // software events
        write(device + "cpumask", "0");
        write(device + "events/energy-pkg", "event=0x00");
        write(device + "events/energy-pkg.scale", "1e-9");
        EnergyMeter meter(m_root);
        if (meter.state() == EnergyState::Unavailable)
            QSKIP("The kernel does not let this process open system-wide events.");
        meter.start();
        QTest::qWait(20);
        const Metric energy = meter.stop();
        QVERIFY2(energy.present(), energy.absentReason.c_str());
        QVERIFY(*energy.value >= 0.015 && *energy.value < 5);
        QVERIFY(energy.protocol.find("perf (energy-pkg)") != std::string::npos);
    }

    void probesThisMachine()
    {
        EnergyMeter meter;
        meter.start();
        const Metric energy = meter.stop();
        QVERIFY(energy.present() || !energy.absentReason.empty());
    }

private:
    void write(const fs::path& path, const std::string& text) const
    {
        fs::create_directories((m_root / path).parent_path());
        std::ofstream(m_root / path, std::ios::trunc) << text << '\n';
    }

    void addZone(const std::string& zone, const std::string& name, long value, long range) const
    {
        const fs::path folder = "sys/class/powercap/" + zone;
        write(folder / "name", name);
        write(folder / "max_energy_range_uj", std::to_string(range));
        write(folder / "energy_uj", std::to_string(value));
    }

    void set(const std::string& zone, long value) const
    {
        write("sys/class/powercap/" + zone + "/energy_uj", std::to_string(value));
    }

    void makeServer() const
    {
        constexpr long range = 262'143'328'850;
        addZone("intel-rapl:0", "package-0", 1'000'000, range);
        addZone("intel-rapl:0:0", "core", 0, range);
        addZone("intel-rapl:0:1", "dram", 2'000'000, range);
        addZone("intel-rapl:1", "package-1", 1'000'000, range);
        addZone("intel-rapl:2", "psys", 0, range);
        addZone("intel-rapl-mmio:0", "package-0", 0, range);
    }

    void addBattery(const std::string& status, long energy) const
    {
        const fs::path folder = "sys/class/power_supply/BAT0";
        write(folder / "type", "Battery");
        write(folder / "status", status);
        write(folder / "energy_now", std::to_string(energy));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
};

QTEST_GUILESS_MAIN(MeasureEnergyTest)
#include "measure_energy_test.moc"
